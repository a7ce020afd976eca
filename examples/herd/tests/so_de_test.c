/* Tests of src/so_de.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_de(char low);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_de.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_de.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_de('M')", so_de('M'), 1);
    CHECK("so_de('a')", so_de('a'), 1);
    CHECK("so_de('0')", so_de('0'), 0);
    CHECK("so_de('z')", so_de('z'), 1);
    CHECK("so_de(':')", so_de(':'), 0);
    CHECK("so_de('e')", so_de('e'), 1);
    CHECK("so_de('Z')", so_de('Z'), 1);
    CHECK("so_de('_')", so_de('_'), 0);
    CHECK("so_de('[')", so_de('['), 0);
    CHECK("so_de('g')", so_de('g'), 1);
    puts("ok src/so_de.c");
    return 0;
}
