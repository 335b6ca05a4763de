/*
 * The box in which somebody else's file is read: whoever takes this process over has the file that
 * it was given and the pipe that it answers on, and nothing else of this machine. Linux only.
 */
#pragma once

/*
 * Shuts this process in, for good: no descriptor but 0, 1 and 2, no core, no more privileges, and
 * bounds for memory and time; then Landlock with nothing allowed, where the kernel has it, and a
 * list of the system calls that remain, which is enough by itself. Whatever names a file fails with
 * EACCES; every other call that is not on the list ends the process (SIGSYS).
 * 0, or a negative errno: then nothing may be read.
 */
int pskc_box_enter(void);
