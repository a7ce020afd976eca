/* Tests of src/hu_fate.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hu_fate(const char *hu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hu_fate.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hu_fate.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hu_fate(\"1e\")", hu_fate("1e"), 738);
    CHECK("hu_fate(\"e0i\")", hu_fate("e0i"), 798);
    CHECK("hu_fate(\"ocbabco\")", hu_fate("ocbabco"), 853);
    CHECK("hu_fate(\"i\")", hu_fate("i"), 105);
    CHECK("hu_fate(\"\")", hu_fate(""), 0);
    CHECK("hu_fate(\"obaeabo\")", hu_fate("obaeabo"), 605);
    CHECK("hu_fate(\"oaao\")", hu_fate("oaao"), 632);
    CHECK("hu_fate(\"u\")", hu_fate("u"), 117);
    CHECK("hu_fate(\"oaooao\")", hu_fate("oaooao"), 938);
    CHECK("hu_fate(\"obabo\")", hu_fate("obabo"), 355);
    puts("ok src/hu_fate.c");
    return 0;
}
