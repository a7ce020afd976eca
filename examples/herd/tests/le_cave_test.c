/* Tests of src/le_cave.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int le_cave(int malula);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/le_cave.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/le_cave.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("le_cave(8)", le_cave(8), 8);
    CHECK("le_cave(193)", le_cave(193), 185);
    CHECK("le_cave(116)", le_cave(116), 108);
    CHECK("le_cave(149)", le_cave(149), 141);
    CHECK("le_cave(200)", le_cave(200), 192);
    CHECK("le_cave(151)", le_cave(151), 143);
    CHECK("le_cave(115)", le_cave(115), 115);
    CHECK("le_cave(130)", le_cave(130), 122);
    CHECK("le_cave(117)", le_cave(117), 109);
    CHECK("le_cave(7)", le_cave(7), 7);
    puts("ok src/le_cave.c");
    return 0;
}
