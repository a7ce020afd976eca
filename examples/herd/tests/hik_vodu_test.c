/* Tests of src/hik_vodu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hik_vodu(int sum);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hik_vodu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hik_vodu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hik_vodu(200)", hik_vodu(200), 7);
    CHECK("hik_vodu(174)", hik_vodu(174), 6);
    CHECK("hik_vodu(115)", hik_vodu(115), 6);
    CHECK("hik_vodu(10)", hik_vodu(10), 2);
    CHECK("hik_vodu(27)", hik_vodu(27), 4);
    CHECK("hik_vodu(155)", hik_vodu(155), 6);
    CHECK("hik_vodu(166)", hik_vodu(166), 6);
    CHECK("hik_vodu(1)", hik_vodu(1), 0);
    CHECK("hik_vodu(142)", hik_vodu(142), 6);
    CHECK("hik_vodu(4)", hik_vodu(4), 1);
    puts("ok src/hik_vodu.c");
    return 0;
}
