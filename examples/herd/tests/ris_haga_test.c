/* Tests of src/ris_haga.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int ris_haga(const char *sidfe);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/ris_haga.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/ris_haga.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("ris_haga(\"bc\")", ris_haga("bc"), 1);
    CHECK("ris_haga(\"baccab\")", ris_haga("baccab"), 1);
    CHECK("ris_haga(\"toui1 \")", ris_haga("toui1 "), 1);
    CHECK("ris_haga(\"ocaeaco\")", ris_haga("ocaeaco"), 1);
    CHECK("ris_haga(\"aaa\")", ris_haga("aaa"), 1);
    CHECK("ris_haga(\"boaeaob\")", ris_haga("boaeaob"), 1);
    CHECK("ris_haga(\" c\")", ris_haga(" c"), 1);
    CHECK("ris_haga(\"caac\")", ris_haga("caac"), 1);
    CHECK("ris_haga(\"babbab\")", ris_haga("babbab"), 1);
    CHECK("ris_haga(\"bou ae9\")", ris_haga("bou ae9"), 2);
    puts("ok src/ris_haga.c");
    return 0;
}
