/* Tests of src/juguti.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int juguti(int vi, int bowo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/juguti.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/juguti.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("juguti(30, 30)", juguti(30, 30), 0);
    CHECK("juguti(18, 18)", juguti(18, 18), 0);
    CHECK("juguti(2, 10)", juguti(2, 10), 0);
    CHECK("juguti(13, 10)", juguti(13, 10), 1);
    CHECK("juguti(3, 20)", juguti(3, 20), 1);
    CHECK("juguti(18, 1)", juguti(18, 1), 1);
    CHECK("juguti(13, 26)", juguti(13, 26), 0);
    CHECK("juguti(1, 27)", juguti(1, 27), 1);
    CHECK("juguti(2, 1)", juguti(2, 1), 1);
    CHECK("juguti(24, 26)", juguti(24, 26), 0);
    puts("ok src/juguti.c");
    return 0;
}
