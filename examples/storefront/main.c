/* A shop as a web service: settings from the environment, start, stop. See README.md. */
#include "database.h"
#include "http.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned setting(const char *name, unsigned usual, unsigned most)
{
    const char *text = getenv(name);
    if (!text || !*text) return usual;
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (!*end && value <= most) return (unsigned)value;
    fprintf(stderr, "storefront: %s is a number up to %u\n", name, most);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc > 1) return database_command(argc, argv);
    unsigned port = setting("PORT", 8080, 65535), threads = setting("THREADS", 8, 256), connections = setting("CONNECTIONS", 0, 1000), wait_ms = setting("WAIT_MS", 2000, 60000);
    /* before there are other threads: they inherit it, and only this one is told */
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    orm_db *db = database_open(connections, wait_ms);
    if (!db) return orm_perror("storefront");
    http *server = http_start(db, (uint16_t)port, threads);
    if (server) {
        printf("storefront on http://127.0.0.1:%u/ with %s\n", (unsigned)http_port(server), orm_engine(db));
        fflush(stdout);
        int signal_number;
        while (sigwait(&ends, &signal_number)) {}
        printf("storefront ends\n");
        http_stop(server);
    }
    orm_close(db);
    return server ? 0 : 1;
}
