/* Tests of src/tore_roku.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int tore_roku(int huwu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/tore_roku.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/tore_roku.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("tore_roku(48)", tore_roku(48), 60);
    CHECK("tore_roku(15)", tore_roku(15), 15);
    CHECK("tore_roku(1)", tore_roku(1), 15);
    CHECK("tore_roku(60)", tore_roku(60), 60);
    CHECK("tore_roku(33)", tore_roku(33), 45);
    CHECK("tore_roku(4)", tore_roku(4), 15);
    CHECK("tore_roku(16)", tore_roku(16), 30);
    CHECK("tore_roku(5)", tore_roku(5), 15);
    CHECK("tore_roku(29)", tore_roku(29), 30);
    CHECK("tore_roku(14)", tore_roku(14), 15);
    puts("ok src/tore_roku.c");
    return 0;
}
