/* How often a regular file was read, in a program that is linked with short_reads.c. */
#pragma once

extern unsigned n_short_reads;
