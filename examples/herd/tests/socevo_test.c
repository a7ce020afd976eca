/* Tests of src/socevo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int socevo(const char *s);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/socevo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/socevo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("socevo(\"6x\")", socevo("6x"), 6);
    CHECK("socevo(\"6608\")", socevo("6608"), 6608);
    CHECK("socevo(\"21\")", socevo("21"), 21);
    CHECK("socevo(\"8034\")", socevo("8034"), 8034);
    CHECK("socevo(\"7113 2\")", socevo("7113 2"), 7113);
    CHECK("socevo(\"5837\")", socevo("5837"), 5837);
    CHECK("socevo(\"0135\")", socevo("0135"), 135);
    CHECK("socevo(\"377x\")", socevo("377x"), 377);
    CHECK("socevo(\"8480\")", socevo("8480"), 8480);
    CHECK("socevo(\"4\")", socevo("4"), 4);
    puts("ok src/socevo.c");
    return 0;
}
