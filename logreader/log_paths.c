#include "log_paths.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct log_paths {
	size_t given;
	glob_t *found;		/* for each that is given; many are empty */
	size_t count;
	char **list;
};

bool
log_paths_is_pattern(const char *path)
{
	struct stat st;

	return strpbrk(path, "*?[") != NULL && lstat(path, &st) != 0;
}

struct log_paths *
log_paths_find(char *const *given, size_t count)
{
	struct log_paths *p = calloc(1, sizeof(*p));
	size_t n = 0;

	if (p == NULL)
		goto err0;
	p->given = count;
	if ((p->found = calloc(count + 1, sizeof(p->found[0]))) == NULL)
		goto err1;
	for (size_t i = 0; i < count; i++) {
		if (!log_paths_is_pattern(given[i]) ||
		    glob(given[i], 0, NULL, &p->found[i]) != 0)
			p->found[i].gl_pathc = 0;
		p->count += p->found[i].gl_pathc > 0 ?
		    p->found[i].gl_pathc : 1;
	}
	if ((p->list = calloc(p->count + 1, sizeof(p->list[0]))) == NULL)
		goto err1;
	for (size_t i = 0; i < count; i++) {
		if (p->found[i].gl_pathc == 0)
			p->list[n++] = given[i];
		for (size_t k = 0; k < p->found[i].gl_pathc; k++)
			p->list[n++] = p->found[i].gl_pathv[k];
	}
	return p;
err1:
	log_paths_free(p);
err0:
	return NULL;
}

char **
log_paths_list(const struct log_paths *p, size_t *retcount)
{
	*retcount = p->count;
	return p->list;
}

void
log_paths_free(struct log_paths *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; p->found != NULL && i < p->given; i++) {
		if (p->found[i].gl_pathc > 0)
			globfree(&p->found[i]);
	}
	free(p->found);
	free(p->list);
	free(p);
}
