/* What the terminals of one tier need, put into one folder for a CD, a share or a web server. */
#pragma once

/*
 * Makes the new folder out from the site's folder: the chain of roots, and of the tier the policy,
 * registered media and fresh where there are any, and site.ini. Each is judged as a terminal would;
 * drafts and other files stay where they are. Returns the exit code after saying what was packed,
 * or why nothing was.
 */
int site_pack(const char *site, const char *tier, const char *out);
