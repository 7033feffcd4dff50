#include "core/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct passwd *
find_user(const char *user)
{
	const struct passwd *found;

	if (user[0] != '\0')
		return getpwnam(user);
	found = getpwnam("querywatch");
	return found != NULL ? found : getpwnam("nobody");
}

/* Root: change identity, with no capability but the kept one. */
static int
become(const struct passwd *who, bool keep_reading, char *reterr, size_t size)
{
	if (initgroups(who->pw_name, who->pw_gid) != 0) {
		snprintf(reterr, size, "cannot take the groups of user %s: %s",
		    who->pw_name, strerror(errno));
		return -1;
	}
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep_reading)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
		    CAP_DAC_READ_SEARCH);
	if (capng_change_id((int)who->pw_uid, (int)who->pw_gid,
	    CAPNG_CLEAR_BOUNDING) != 0) {
		snprintf(reterr, size, "cannot become user %s", who->pw_name);
		return -1;
	}
	return 0;
}

int
privileges_drop(const char *user, bool keep_reading, char *reterr, size_t size)
{
	const struct passwd *who;

	if (geteuid() == 0) {
		if ((who = find_user(user)) == NULL) {
			snprintf(reterr, size, "there is no user '%s' to "
			    "become: set 'user' in the configuration",
			    user[0] != '\0' ? user : "nobody");
			return -1;
		}
		if (become(who, keep_reading, reterr, size) != 0)
			return -1;
	} else {
		capng_clear(CAPNG_SELECT_BOTH);
		if (capng_apply(CAPNG_SELECT_CAPS) != 0) {
			snprintf(reterr, size, "cannot give up capabilities");
			return -1;
		}
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		snprintf(reterr, size, "cannot forbid new privileges: %s",
		    strerror(errno));
		return -1;
	}
#ifdef LEAK_CHECK
	/* LeakSanitizer attaches to its own process, which the change of
	 * identity would forbid. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
#endif
	return 0;
}

int
privileges_make_folder(const char *path, const char *user, char *reterr,
    size_t size)
{
	const struct passwd *who;

	if (mkdir(path, 0700) != 0) {
		if (errno == EEXIST)
			return 0;
	} else if (geteuid() != 0 || (who = find_user(user)) == NULL ||
	    chown(path, who->pw_uid, who->pw_gid) == 0) {
		return 0;
	}
	snprintf(reterr, size, "%s: %s", path, strerror(errno));
	return -1;
}
