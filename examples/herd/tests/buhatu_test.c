/* Tests of src/buhatu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int buhatu(const char *mecec);
int buhatu_dip(int penwo, int p);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/buhatu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/buhatu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("buhatu(\"bbbbbb\")", buhatu("bbbbbb"), 1);
    CHECK("buhatu(\"ocbabco\")", buhatu("ocbabco"), 1);
    CHECK("buhatu(\"acoaoca\")", buhatu("acoaoca"), 1);
    CHECK("buhatu(\"o99obb\")", buhatu("o99obb"), 1);
    CHECK("buhatu(\"acca\")", buhatu("acca"), 1);
    CHECK("buhatu(\"\")", buhatu(""), 0);
    CHECK("buhatu(\"a\")", buhatu("a"), 1);
    CHECK("buhatu(\"oea0\")", buhatu("oea0"), 1);
    CHECK("buhatu(\"9 b uet\")", buhatu("9 b uet"), 3);
    CHECK("buhatu(\"b 1tiit\")", buhatu("b 1tiit"), 2);
    CHECK("buhatu_dip(1, 5)", buhatu_dip(1, 5), 12);
    CHECK("buhatu_dip(12, 12)", buhatu_dip(12, 12), 48);
    CHECK("buhatu_dip(12, 1)", buhatu_dip(12, 1), 26);
    CHECK("buhatu_dip(1, 9)", buhatu_dip(1, 9), 20);
    CHECK("buhatu_dip(5, 5)", buhatu_dip(5, 5), 20);
    CHECK("buhatu_dip(0, 1)", buhatu_dip(0, 1), 2);
    CHECK("buhatu_dip(5, 4)", buhatu_dip(5, 4), 18);
    CHECK("buhatu_dip(0, 12)", buhatu_dip(0, 12), 24);
    CHECK("buhatu_dip(5, 2)", buhatu_dip(5, 2), 14);
    CHECK("buhatu_dip(0, 0)", buhatu_dip(0, 0), 0);
    puts("ok src/buhatu.c");
    return 0;
}
