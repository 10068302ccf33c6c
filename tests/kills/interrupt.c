/* Counts the steps by which a program changes files, and ends it like a power cut before one of them. It is loaded into the
 * program by the tests; the program itself knows nothing of it.
 *
 * INTERRUPT_AT:    the number of the step that is not done any more.
 * INTERRUPT_COUNT: a file that gets the number of steps of a program that ends by itself. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long steps;
static long last;

static void step(void) {
    if (atomic_fetch_add(&steps, 1) + 1 == last) kill(getpid(), SIGKILL);
}

/* What goes to pipes and sockets changes no file. */
static void step_in(int fd) {
    struct stat data;
    if (fstat(fd, &data) == 0 && S_ISREG(data.st_mode)) step();
}

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("INTERRUPT_AT");
    last = at ? atol(at) : 0;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("INTERRUPT_COUNT");
    char text[32];
    if (!path) return;
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int length = snprintf(text, sizeof text, "%ld", atomic_load(&steps));
    if (fd >= 0 && syscall(SYS_write, fd, text, length) == length) syscall(SYS_close, fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    step_in(fd);
    return syscall(SYS_write, fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    step_in(fd);
    return syscall(SYS_pwrite64, fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    step_in(fd);
    return syscall(SYS_pwrite64, fd, bytes, count, at);
}

int fsync(int fd) {
    step();
    return syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    step();
    return syscall(SYS_fdatasync, fd);
}

int ftruncate(int fd, off_t length) {
    step();
    return syscall(SYS_ftruncate, fd, length);
}

int ftruncate64(int fd, off64_t length) {
    step();
    return syscall(SYS_ftruncate, fd, length);
}

int rename(const char *from, const char *to) {
    step();
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
    step();
    return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rmdir(const char *path) {
    step();
    return syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int mkdir(const char *path, mode_t mode) {
    step();
    return syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

static int opened(const char *path, int flags, mode_t mode) {
    if (flags & (O_CREAT | O_TRUNC)) step();
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags | O_LARGEFILE, mode);
}
