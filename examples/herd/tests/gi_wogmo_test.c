/* Tests of src/gi_wogmo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gi_wogmo(const char *s);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gi_wogmo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gi_wogmo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gi_wogmo(\"aao9te\")", gi_wogmo("aao9te"), 0);
    CHECK("gi_wogmo(\"t0e09i\")", gi_wogmo("t0e09i"), 0);
    CHECK("gi_wogmo(\"ie 0\")", gi_wogmo("ie 0"), 0);
    CHECK("gi_wogmo(\"iceca9\")", gi_wogmo("iceca9"), 0);
    CHECK("gi_wogmo(\"\")", gi_wogmo(""), 1);
    CHECK("gi_wogmo(\"cc\")", gi_wogmo("cc"), 1);
    CHECK("gi_wogmo(\"i1taico\")", gi_wogmo("i1taico"), 0);
    CHECK("gi_wogmo(\"aoaaoa\")", gi_wogmo("aoaaoa"), 1);
    CHECK("gi_wogmo(\"0\")", gi_wogmo("0"), 1);
    CHECK("gi_wogmo(\"a\")", gi_wogmo("a"), 1);
    puts("ok src/gi_wogmo.c");
    return 0;
}
