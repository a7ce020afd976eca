#ifndef RUNTIME_CRASH_H
#define RUNTIME_CRASH_H
/* The banner of a crash. crash_setup installs the handlers (start of main); crash_run_set says
 * which run is being driven and where its directory is (copied; NULL for none), so that the banner
 * can name how to continue and leave its report there. */
void crash_setup(void);
void crash_run_set(const char *id, const char *dir);
#endif
