/* Tests of src/viwiva.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int viwiva(int rajenti, int de, int x);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/viwiva.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/viwiva.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("viwiva(1, 0, 0)", viwiva(1, 0, 0), 0);
    CHECK("viwiva(0, 1, 0)", viwiva(0, 1, 0), 0);
    CHECK("viwiva(0, 1, 1)", viwiva(0, 1, 1), 1);
    CHECK("viwiva(1, 0, 1)", viwiva(1, 0, 1), 1);
    CHECK("viwiva(1, 1, 1)", viwiva(1, 1, 1), 1);
    CHECK("viwiva(0, 0, 1)", viwiva(0, 0, 1), 0);
    CHECK("viwiva(1, 1, 0)", viwiva(1, 1, 0), 1);
    CHECK("viwiva(0, 0, 0)", viwiva(0, 0, 0), 0);
    puts("ok src/viwiva.c");
    return 0;
}
