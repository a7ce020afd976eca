/* Tests of src/covfe_kupsup.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int covfe_kupsup(const char *fepe);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/covfe_kupsup.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/covfe_kupsup.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("covfe_kupsup(\"9\")", covfe_kupsup("9"), 57);
    CHECK("covfe_kupsup(\"\")", covfe_kupsup(""), 0);
    CHECK("covfe_kupsup(\"ooaaaoo\")", covfe_kupsup("ooaaaoo"), 467);
    CHECK("covfe_kupsup(\"aiibbiu\")", covfe_kupsup("aiibbiu"), 89);
    CHECK("covfe_kupsup(\"tueicaa\")", covfe_kupsup("tueicaa"), 589);
    CHECK("covfe_kupsup(\"aa\")", covfe_kupsup("aa"), 485);
    CHECK("covfe_kupsup(\"boob\")", covfe_kupsup("boob"), 590);
    CHECK("covfe_kupsup(\"b1autb\")", covfe_kupsup("b1autb"), 538);
    CHECK("covfe_kupsup(\"c0tb\")", covfe_kupsup("c0tb"), 666);
    CHECK("covfe_kupsup(\"ui09\")", covfe_kupsup("ui09"), 417);
    puts("ok src/covfe_kupsup.c");
    return 0;
}
