/* Tests of src/zebu_hane.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int zebu_hane(int de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/zebu_hane.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/zebu_hane.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("zebu_hane(6)", zebu_hane(6), 5);
    CHECK("zebu_hane(13)", zebu_hane(13), 12);
    CHECK("zebu_hane(22)", zebu_hane(22), 12);
    CHECK("zebu_hane(11)", zebu_hane(11), 12);
    CHECK("zebu_hane(5)", zebu_hane(5), 5);
    CHECK("zebu_hane(2)", zebu_hane(2), 5);
    CHECK("zebu_hane(4)", zebu_hane(4), 5);
    CHECK("zebu_hane(1)", zebu_hane(1), 5);
    CHECK("zebu_hane(3)", zebu_hane(3), 5);
    CHECK("zebu_hane(12)", zebu_hane(12), 12);
    puts("ok src/zebu_hane.c");
    return 0;
}
