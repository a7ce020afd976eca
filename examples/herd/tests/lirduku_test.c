/* Tests of src/lirduku.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int lirduku(int bo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/lirduku.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/lirduku.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("lirduku(5)", lirduku(5), 0);
    CHECK("lirduku(4)", lirduku(4), 0);
    CHECK("lirduku(6)", lirduku(6), 5);
    CHECK("lirduku(0)", lirduku(0), 0);
    CHECK("lirduku(9)", lirduku(9), 5);
    CHECK("lirduku(48)", lirduku(48), 225);
    CHECK("lirduku(43)", lirduku(43), 180);
    CHECK("lirduku(47)", lirduku(47), 225);
    CHECK("lirduku(45)", lirduku(45), 180);
    CHECK("lirduku(1)", lirduku(1), 0);
    puts("ok src/lirduku.c");
    return 0;
}
