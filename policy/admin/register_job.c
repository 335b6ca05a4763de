#include "policy/admin/register_job.h"

#include <errno.h>
#include <stdlib.h>

void register_job_clear(struct register_job *job)
{
	register_fleet_clear(&job->fleet);
	register_book_clear(&job->book);
	personnel_clear(&job->personnel);
	register_words_clear(&job->words);
	free(job->notes);
	job->notes = NULL;
}

int register_job_note(struct register_job *job, const struct register_note *note)
{
	if (job->n_notes == job->room_notes) {
		size_t room = job->room_notes > 0 ? 2 * job->room_notes : 64;
		void *grown = reallocarray(job->notes, room, sizeof(*job->notes));

		if (!grown)
			return -ENOMEM;
		job->notes = grown;
		job->room_notes = room;
	}
	job->notes[job->n_notes++] = *note;
	return 0;
}
