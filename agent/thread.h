/* Threads of sekishod. They get no signals: those belong to the main loop. */
#pragma once

#include <pthread.h>

/* Starts run(argument) with a stack of 256 KiB. 0 and *ret, to be joined, or a negative errno. */
int thread_start(pthread_t *ret, void *(*run)(void *argument), void *argument);
