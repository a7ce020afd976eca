/* Tests of src/dolfo_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int dolfo_le(int bumcoti);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/dolfo_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/dolfo_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("dolfo_le(37)", dolfo_le(37), 19);
    CHECK("dolfo_le(9)", dolfo_le(9), 8);
    CHECK("dolfo_le(18)", dolfo_le(18), 19);
    CHECK("dolfo_le(19)", dolfo_le(19), 19);
    CHECK("dolfo_le(5)", dolfo_le(5), 8);
    CHECK("dolfo_le(29)", dolfo_le(29), 19);
    CHECK("dolfo_le(11)", dolfo_le(11), 19);
    CHECK("dolfo_le(0)", dolfo_le(0), 8);
    CHECK("dolfo_le(31)", dolfo_le(31), 19);
    CHECK("dolfo_le(20)", dolfo_le(20), 19);
    puts("ok src/dolfo_le.c");
    return 0;
}
