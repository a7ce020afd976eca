/* Tests of src/puje.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int puje(const char *luda, const char *ma);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/puje.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/puje.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("puje(\"e\", \"9   \")", puje("e", "9   "), 0);
    CHECK("puje(\"\", \" \")", puje("", " "), 0);
    CHECK("puje(\"19 boi \", \"\")", puje("19 boi ", ""), 0);
    CHECK("puje(\"oct9\", \"  ie911\")", puje("oct9", "  ie911"), 0);
    CHECK("puje(\" c\", \"0e0b9\")", puje(" c", "0e0b9"), 0);
    CHECK("puje(\"caaac\", \"1 e\")", puje("caaac", "1 e"), 0);
    CHECK("puje(\"eo1ioa\", \"\")", puje("eo1ioa", ""), 0);
    CHECK("puje(\"uacuce\", \"1\")", puje("uacuce", "1"), 0);
    CHECK("puje(\"e\", \"a9e\")", puje("e", "a9e"), 0);
    CHECK("puje(\"a 9   1\", \"\")", puje("a 9   1", ""), 0);
    puts("ok src/puje.c");
    return 0;
}
