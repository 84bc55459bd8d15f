// KarooExpress – Apache-2.0
// Stands between the server and the system when it is loaded before the C library, and spoils what the files in $KAROO_FAULTS ask for:
// "full": no space is left for writes to files; "fsync": the disk loses what it was given; "clock": so many seconds are added to the
// time of day.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *path_of(const char *fault, char *path, size_t size) {
    const char *folder = getenv("KAROO_FAULTS");
    if (!folder) return NULL;
    snprintf(path, size, "%s/%s", folder, fault);
    return path;
}

static int is_wanted(const char *fault) {
    char path[512];
    return path_of(fault, path, sizeof path) && access(path, F_OK) == 0;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    if (is_wanted("full")) { errno = ENOSPC; return -1; }
    return real(file, bytes, count, place);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) { return pwrite64(file, bytes, count, place); }

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (is_wanted("fsync")) { errno = EIO; return -1; }
    return real(file);
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (is_wanted("fsync")) { errno = EIO; return -1; }
    return real(file);
}

int clock_gettime(clockid_t clock, struct timespec *moment) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, moment);
    char path[512];
    if (status == 0 && clock == CLOCK_REALTIME && path_of("clock", path, sizeof path)) {
        FILE *file = fopen(path, "r");
        long seconds = 0;
        if (file) {
            if (fscanf(file, "%ld", &seconds) == 1) moment->tv_sec += seconds;
            fclose(file);
        }
    }
    return status;
}
