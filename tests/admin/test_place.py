#!/usr/bin/python3
"""Documents that contradict the site.ini or the root beside them: lint and verify. See desk.py."""
import os
import shutil
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN


def signed(where):
    """A site with two tiers; every document is signed."""
    where.init(tiers=("my-number", "lgwan"))
    for name in "root/1.ini", "my-number/policy.ini", "lgwan/policy.ini":
        where.sign("site/" + name, "suzuki", "tanaka")
    return "site/my-number/policy.ini", "site/my-number/site.ini"


def verify_judges_for_the_terminals_that_site_ini_names(desk):
    policy, site = signed(desk)
    desk.expect(DONE, "verify", policy)
    shutil.copy(desk.path("site/lgwan/policy.ini"), desk.path(policy))
    desk.expect(NO, "verify", policy, says="refused (tier): the document is for the tier lgwan, this is "
                f"my-number, as {site} says")
    desk.expect(DONE, "verify", "--tier", "lgwan", policy)
    os.unlink(desk.path(site))
    desk.expect(DONE, "verify", policy)


def verify_finds_a_site_ini_of_another_site(desk):
    policy, site = signed(desk)
    desk.edit(site, b"site = tosu", b"site = tousu")
    desk.expect(NO, "verify", policy, says="refused (site): the document is for the site tosu, this is "
                f"tousu, as {site} says")
    desk.expect(NO, "verify", site, says="it is for the site tousu, and site/root/1.ini for tosu")
    desk.write(site, b"[site]\nsite = TOSU\ntier = my-number\n")
    desk.expect(UNKNOWN, "verify", policy, says=f"{site}:2:8: read 'TOSU'")


def verify_needs_no_signature_of_a_site_file(desk):
    _, site = signed(desk)
    desk.expect(DONE, "verify", site, says="a site file without mistakes, for site tosu, tier my-number; "
                "it needs no signature")
    desk.edit(site, b"tier = my-number", b"tier = my number")
    desk.expect(NO, "verify", site, says=":5:8: read 'my number'")


def lint_finds_what_contradicts_the_root_or_site_ini_beside(desk):
    policy, site = signed(desk)
    for name, old, new, says in ((site, b"site = tosu", b"site = tousu",
                                  ["read 'tousu', expected tosu, the site of the root site/"]),
                                 (policy, b"site = tosu", b"site = tousu",
                                  ["read 'tousu', expected tosu, the site of the root",
                                   f"read 'tousu', expected tosu, the site of {site}"]),
                                 (policy, b"tier = my-number", b"tier = mynumber",
                                  [f"read 'mynumber', expected my-number, the tier of {site}"])):
        before = desk.read(name)
        desk.expect(DONE, "policy", "lint", name)
        desk.edit(name, old, new)
        output = desk.expect(NO, "policy", "lint", name, says=says)
        assert "no mistakes" not in output, output
        desk.write(name, before)


def a_wrong_tier_of_site_ini_is_pointed_at_there(desk):
    policy, site = signed(desk)
    desk.edit(site, b"tier = my-number", b"tier = my-numbr")
    says = f"{site}:5:8: read 'my-numbr', expected my-number, the tier of {policy} and the name of the folder"
    desk.expect(NO, "policy", "lint", policy, says=says, never=f"{policy}:")
    desk.expect(NO, "policy", "lint", site, says=says, never="no mistakes")
    os.rename(desk.path("site/my-number"), desk.path("site/other"))  # now the folder says nothing
    desk.expect(NO, "policy", "lint", "site/other/policy.ini",
                says="read 'my-number', expected my-numbr, the tier of site/other/site.ini")
    desk.expect(DONE, "policy", "lint", "site/other/site.ini")


def lint_finds_an_epoch_that_the_root_in_force_does_not_have(desk):
    policy, _ = signed(desk)
    desk.edit(policy, b"epoch = 1", b"epoch = 2")
    output = desk.expect(NO, "policy", "lint", policy, never="no mistakes",
                         says=": read '2', expected 1, the epoch of the root site/root/1.ini")
    assert len(output.splitlines()) == 1, output
    code, output = desk.shell("site", "sekisho-admin root rotate --new-epoch")
    assert code == 0, output
    desk.expect(DONE, "policy", "lint", policy)  # it is prepared for the draft
    desk.edit(policy, b"epoch = 2", b"epoch = 1")
    desk.expect(DONE, "policy", "lint", policy)
    desk.sign("site/root/2.ini", "suzuki")
    desk.expect(DONE, "policy", "lint", policy)  # one signature does not make it the root in force
    desk.sign("site/root/2.ini", "tanaka")
    desk.expect(NO, "policy", "lint", policy,
                says=": read '1', expected 2, the epoch of the root site/root/2.ini")
    desk.expect(DONE, "policy", "lint", "--now", "2020-01-01T00:00:00+09:00", policy)  # nor before it starts
    os.rename(desk.path("site/root"), desk.path("site/elsewhere"))
    desk.expect(DONE, "policy", "lint", policy)


def a_path_has_no_way_back_but_where_a_link_needs_it(desk):
    policy, _ = signed(desk)
    desk.edit(policy, b"site = tosu", b"site = tousu")
    desk.expect(NO, "policy", "lint", policy, says="the site of the root site/root/1.ini")
    os.rename(desk.path("site/my-number"), desk.path("site/real"))
    os.symlink("real", desk.path("site/my-number"))
    desk.expect(NO, "policy", "lint", policy, says="the site of the root site/my-number/../root/1.ini")


def lint_compares_files_that_are_given_together(desk):
    signed(desk)
    for folder, name in ("a", "root/1.ini"), ("b", "my-number/policy.ini"), ("c", "my-number/site.ini"):
        os.mkdir(desk.path(folder))
        shutil.copy(desk.path("site/" + name), desk.path(folder))
    files = "a/1.ini", "b/policy.ini", "c/site.ini"
    desk.expect(DONE, "policy", "lint", *files)
    desk.edit("c/site.ini", b"site = tosu", b"site = tousu")
    desk.expect(DONE, "policy", "lint", *files[1:])
    desk.expect(NO, "policy", "lint", *files, says="c/site.ini:4:8: read 'tousu', expected tosu, the site "
                "of the root a/1.ini")


sys.exit(desk.main(globals()))
