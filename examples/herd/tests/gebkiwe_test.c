/* Tests of src/gebkiwe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gebkiwe(int first);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gebkiwe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gebkiwe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gebkiwe(3840)", gebkiwe(3840), 15);
    CHECK("gebkiwe(1)", gebkiwe(1), 1);
    CHECK("gebkiwe(0)", gebkiwe(0), 0);
    CHECK("gebkiwe(4967)", gebkiwe(4967), 26);
    CHECK("gebkiwe(1584)", gebkiwe(1584), 18);
    CHECK("gebkiwe(349)", gebkiwe(349), 16);
    CHECK("gebkiwe(5470)", gebkiwe(5470), 16);
    CHECK("gebkiwe(9999)", gebkiwe(9999), 36);
    CHECK("gebkiwe(3958)", gebkiwe(3958), 25);
    CHECK("gebkiwe(5040)", gebkiwe(5040), 9);
    puts("ok src/gebkiwe.c");
    return 0;
}
