/* README.txt of a new site: for who has never done it before. Lines that are indented by four are
 * commands; tests/admin/ runs them. */
#include "policy/admin/new_site.h"

#include "policy/characters.h"

static void write_tier(const struct new_tier *tier, FILE *to)
{
	char display[NEW_SITE_TEXT_MAX];
	const char *why;
	size_t at;

	fprintf(to, "  %s/", tier->name);
	if (tier->display[0] != '\0' &&
		percent_decode(tier->display, display, sizeof(display), &at, &why) == 0)
		fprintf(to, "  (%s)", display);
	fprintf(to, "\n"
		    "    policy.ini  what the terminals of this tier let in\n"
		    "    site.ini    tells a terminal its site and tier; it is not signed\n");
}

static void write_files(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"THE DOCUMENTS OF THE SITE %s\n"
		"\n"
		"What each file is\n"
		"  root/\n"
		"    1.ini       who the administrators are, and how many of them must sign.\n"
		"                Terminals trust it first. The next ones will be 2.ini, 3.ini\n",
		site->site);
	for (unsigned i = 0; i < site->n_tiers; i++)
		write_tier(&site->tiers[i], to);
	fprintf(to, "\nRun every command in this folder.\n");
}

static void write_for_tiers(
	const struct new_site *site, FILE *to, const char *before, const char *after)
{
	for (unsigned i = 0; i < site->n_tiers; i++)
		fprintf(to, "    %s%s%s\n", before, site->tiers[i].name, after);
}

static void write_terminals(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"\n"
		"5. Put what the terminals of a tier need into a new folder (here for %s):\n"
		"    sekisho-admin site pack . %s DISC\n"
		"   It takes what is signed and right, and nothing else: no draft, no key. Put "
		"the\n"
		"   package of sekisho-agent beside it, and bring both on a CD or a share.\n"
		"   On each terminal first copy the folder to its disk: installing sekisho-agent\n"
		"   shuts the USB ports, and a CD drive on USB with them. Then, in that copy, as\n"
		"   root:\n"
		"      apt install ./sekisho-agent_*.deb\n"
		"      sekisho sha256 root/1.ini         (compare it with the paper)\n"
		"      cp root/1.ini /etc/sekisho/root.ini\n"
		"      cp site.ini /etc/sekisho/site.ini\n"
		"      systemctl restart sekishod\n"
		"      sekisho update-from .\n"
		"      sekisho status\n"
		"   Later changes come the same way, packed anew, by \"sekisho update-from "
		"FOLDER\"\n"
		"   from a share or from a CD in a drive that is built in.\n"
		"\n"
		"6. One-time codes at the login: nobody may sign tokens yet. Say who may, sign "
		"the\n"
		"   new root as in 2, and go on with \"sekisho-admin token --help\":\n"
		"      sekisho-admin root rotate --root root --add-to-role token-officer=%s\n"
		"\n"
		"7. Exemptions for a time: nobody may approve yet. Say who may, and as whom they "
		"work\n"
		"   at terminals, sign the new root as in 2, take the # away from [exemption] in "
		"the\n"
		"   policies, and go on with \"sekisho-admin exemption --help\":\n"
		"      sekisho-admin root rotate --root root --add-to-role approver=%s \\\n"
		"          --add-account %s=ACCOUNT\n",
		site->tiers[0].name, site->tiers[0].name, site->persons[0].id, site->persons[0].id,
		site->persons[0].id);
}

static void write_first_steps(const struct new_site *site, FILE *to)
{
	fprintf(to, "\n"
		    "1. Read the files, change what is not right, and check:\n"
		    "    sekisho-admin policy lint root/1.ini\n");
	write_for_tiers(site, to, "sekisho-admin policy lint ", "/policy.ini");
	fprintf(to,
		"   See what a device would meet, here a memory stick:\n"
		"    sekisho-admin explain --device 0951:1666:080650 %s/policy.ini\n"
		"\n"
		"2. Sign. %u of %u administrators do this, each with their own key, and pass the\n"
		"   folder on to the next one. Each command shows what is signed, and asks.\n"
		"    sekisho-admin sign --key KEY root/1.ini\n",
		site->tiers[0].name, site->threshold, site->n_persons);
	write_for_tiers(site, to, "sekisho-admin sign --key KEY ", "/policy.ini");
	fprintf(to,
		"   KEY is a key file such as ~/.ssh/id_ed25519, the file of a hardware key, or\n"
		"   the .pub file of a key in ssh-agent. To sign on another PC, or on Windows:\n"
		"   \"sekisho-admin sign --print FILE\" says how.\n"
		"\n"
		"3. See that terminals will believe them:\n"
		"    sekisho-admin verify root/1.ini\n");
	write_for_tiers(site, to, "sekisho-admin verify ", "/policy.ini");
	fprintf(to,
		"\n"
		"4. Print, and lock away:\n"
		"   - the SHA-256 of root/1.ini, as \"verify\" shows it: who installs a terminal\n"
		"     compares it;\n"
		"   - root/1.ini itself, which lists whose key is which;\n"
		"   - the second key of each administrator, on a medium of its own, in a safe.\n");
}

static void write_policy_change(const struct new_site *site, FILE *to)
{
	const char *tier = site->tiers[0].name;

	fprintf(to,
		"\n"
		"When a policy has to change (here of %s)\n"
		"  Keep the old one, change the file, and check. Who signs first says --raise: it\n"
		"  raises the serial, sets the date and drops the old signatures. The others sign\n"
		"  without it.\n"
		"    cp %s/policy.ini before.ini\n"
		"    sekisho-admin policy lint %s/policy.ini\n"
		"    sekisho-admin policy diff before.ini %s/policy.ini\n"
		"    sekisho-admin sign --raise --key KEY %s/policy.ini\n"
		"    sekisho-admin verify %s/policy.ini\n"
		"  Bring it to the terminals as in 5, packed anew, with \"sekisho update-from .\"\n"
		"  alone.\n"
		"  Registered media: change the ledger, then\n"
		"      sekisho-admin media import --ledger LEDGER.csv %s\n"
		"      sekisho-admin media sign --key KEY %s        (each of you)\n"
		"  Keep a copy of the folder that you signed last: \"media sign --since COPY\" "
		"names\n"
		"  the media that came and went.\n",
		tier, tier, tier, tier, tier, tier, tier, tier);
}

/* What no rotation mends. */
static void write_single_key(const struct new_site *site, FILE *to)
{
	if (!new_site_hangs_on_one_key(site))
		return;
	fprintf(to,
		"\n"
		"Before a key is lost\n"
		"  %u of %u must sign, and somebody has one key only. When that key is gone, "
		"nobody\n"
		"  can make the next root, and terminals take nothing new any more unless each is\n"
		"  installed again with a new first root. So do this now, for everybody with one\n"
		"  key, and lock the new key away:\n"
		"      ssh-keygen -t ed25519 -f safe\n"
		"      sekisho-admin root rotate --root root --add-key %s=safe.pub\n"
		"      sekisho-admin sign --key KEY root/2.ini        (all who must)\n",
		site->threshold, site->n_persons, site->persons[0].id);
}

static void write_root_changes(const struct new_site *site, FILE *to)
{
	const struct new_person *first = &site->persons[0];

	fprintf(to,
		"\n"
		"When a key is lost or stolen\n"
		"  Make the next root without it: root/1.ini lists the keys (here one of %s).\n"
		"  The command says who must sign. Who lost the key signs with the second one.\n"
		"    sekisho-admin root rotate --root root --remove-key %s --add-key "
		"%s=NEWKEY.pub\n"
		"    sekisho-admin sign --key KEY root/2.ini\n"
		"    sekisho-admin verify root/2.ini\n"
		"  What the lost key had signed is not believed under the new root. Sign these\n"
		"  anew as when a policy changes, and bring them to the terminals together with\n"
		"  root/2.ini. This says which they are; ask it of each media.ini, too, where "
		"there\n"
		"  is one, and sign those by \"sekisho-admin media sign --raise\":\n",
		first->id, first->keys[0], first->id);
	write_for_tiers(site, to, "sekisho-admin verify ", "/policy.ini");
	fprintf(to,
		"\n"
		"When an administrator comes, or goes\n"
		"    sekisho-admin root rotate --root root --add-person NAME=NEWKEY.pub "
		"--add-to-role root=NAME --add-to-role policy=NAME\n"
		"    sekisho-admin root rotate --root root --remove-person NAME\n"
		"  Then sign and verify the new root as above. Who goes signs it before going\n"
		"  if the old root needs them. What a person who goes had signed must be signed\n"
		"  anew; everything else keeps its worth.\n");
}

static void write_rare(const struct new_site *site, FILE *to)
{
	fprintf(to,
		"\n"
		"Before a root or a policy ends (its not-after)\n"
		"  A root: \"sekisho-admin root rotate --root root --not-after TIME\". A policy:\n"
		"  change not-after, then as when a policy changes. After the end terminals\n"
		"  keep refusing what they refuse, but take nothing new.\n"
		"\n"
		"When nothing else helps: a new epoch\n"
		"  If somebody signed a document with an absurd serial or date, terminals take\n"
		"  nothing lower any more. \"sekisho-admin root rotate --root root --new-epoch\"\n"
		"  makes them forget it. The price: every document must be signed anew, each\n"
		"  policy.ini and each media.ini. \"man sekisho-admin\" goes through it.\n");
	if (site->fresh_key[0] == '\0')
		return;
	fprintf(to,
		"\n"
		"The timer\n"
		"  On a host that is not the web server, every day (here for %s):\n"
		"    sekisho-admin fresh --root root --key FRESHKEY --policy %s/policy.ini --out "
		"%s/fresh.ini\n"
		"  It takes media.ini beside the policy by itself. \"man sekisho-admin\" shows a\n"
		"  systemd timer for it.\n",
		site->tiers[0].name, site->tiers[0].name, site->tiers[0].name);
}

void new_site_write_readme(const struct new_site *site, const struct new_tier *tier, FILE *to)
{
	write_files(site, to);
	write_first_steps(site, to);
	write_terminals(site, to);
	write_policy_change(site, to);
	write_single_key(site, to);
	write_root_changes(site, to);
	write_rare(site, to);
}
