/* Tests of src/kipaw_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int kipaw_le(const char *keta);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/kipaw_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/kipaw_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("kipaw_le(\"1\")", kipaw_le("1"), 1);
    CHECK("kipaw_le(\"oao\")", kipaw_le("oao"), 0);
    CHECK("kipaw_le(\"i 0cb\")", kipaw_le("i 0cb"), 1);
    CHECK("kipaw_le(\"aea\")", kipaw_le("aea"), 0);
    CHECK("kipaw_le(\"\")", kipaw_le(""), 0);
    CHECK("kipaw_le(\"beb\")", kipaw_le("beb"), 0);
    CHECK("kipaw_le(\"ceu\")", kipaw_le("ceu"), 0);
    CHECK("kipaw_le(\"acca\")", kipaw_le("acca"), 0);
    CHECK("kipaw_le(\"9i\")", kipaw_le("9i"), 1);
    CHECK("kipaw_le(\"boaaaob\")", kipaw_le("boaaaob"), 0);
    puts("ok src/kipaw_le.c");
    return 0;
}
