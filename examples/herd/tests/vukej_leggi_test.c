/* Tests of src/vukej_leggi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vukej_leggi(int left);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vukej_leggi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vukej_leggi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vukej_leggi(17)", vukej_leggi(17), 18);
    CHECK("vukej_leggi(21)", vukej_leggi(21), 18);
    CHECK("vukej_leggi(18)", vukej_leggi(18), 18);
    CHECK("vukej_leggi(19)", vukej_leggi(19), 18);
    CHECK("vukej_leggi(7)", vukej_leggi(7), 7);
    CHECK("vukej_leggi(8)", vukej_leggi(8), 7);
    CHECK("vukej_leggi(2)", vukej_leggi(2), 7);
    CHECK("vukej_leggi(25)", vukej_leggi(25), 18);
    CHECK("vukej_leggi(3)", vukej_leggi(3), 7);
    CHECK("vukej_leggi(39)", vukej_leggi(39), 18);
    puts("ok src/vukej_leggi.c");
    return 0;
}
