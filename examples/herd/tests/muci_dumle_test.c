/* Tests of src/muci_dumle.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int muci_dumle(int high);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/muci_dumle.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/muci_dumle.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("muci_dumle(4580)", muci_dumle(4580), 4);
    CHECK("muci_dumle(99999)", muci_dumle(99999), 5);
    CHECK("muci_dumle(31302)", muci_dumle(31302), 5);
    CHECK("muci_dumle(37380)", muci_dumle(37380), 5);
    CHECK("muci_dumle(0)", muci_dumle(0), 1);
    CHECK("muci_dumle(78679)", muci_dumle(78679), 5);
    CHECK("muci_dumle(1)", muci_dumle(1), 1);
    CHECK("muci_dumle(90681)", muci_dumle(90681), 5);
    CHECK("muci_dumle(71601)", muci_dumle(71601), 5);
    CHECK("muci_dumle(25902)", muci_dumle(25902), 5);
    puts("ok src/muci_dumle.c");
    return 0;
}
