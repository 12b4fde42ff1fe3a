/* System headers before and after, as a program that asks for POSIX itself. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <time.h>
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#include <math.h>
#include <signal.h>
#include <sys/types.h>
int main(void) { orm_close(NULL); return 0; }
