/* Runs a command, and prints milliseconds of processor time and kilobytes of memory that it and what it started took: cost COMMAND [ARGUMENT...] */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int status = 0;
    struct rusage used;
    if (argc < 2) return 2;
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0) return 1;
    printf("%ld %ld\n", (long)used.ru_utime.tv_sec * 1000 + used.ru_utime.tv_usec / 1000, used.ru_maxrss);
    return 0;
}
