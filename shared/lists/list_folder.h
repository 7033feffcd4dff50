#ifndef LIST_FOLDER_H
#define LIST_FOLDER_H

/*
 * list_folder - a MISP feed: a folder with a manifest.json and a file for each
 * event, as one file that list_read takes.
 *
 * Files are opened while we still may, and read as a list when rights are
 * gone: so they are copied here without a look at what they hold.
 */

#include <stdio.h>

/**
 * list_folder_open(folder):
 * Copy manifest.json, then all other *.json in the open folder ${folder}, by
 * name, into a file in memory: a JSON text sequence (RFC 7464).  Return it, at
 * its start, to be fclose'd.  NULL with errno set: EISDIR without a manifest,
 * EFBIG for over 1 GiB.  Symbolic links are not followed (ELOOP): they could
 * show what only we may read.
 */
FILE *list_folder_open(int folder);

#endif /* !LIST_FOLDER_H */
