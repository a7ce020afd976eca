/* Tests of src/de_pogi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int de_pogi(int hilezu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/de_pogi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/de_pogi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("de_pogi(0)", de_pogi(0), 0);
    CHECK("de_pogi(19)", de_pogi(19), 4181);
    CHECK("de_pogi(20)", de_pogi(20), 6765);
    CHECK("de_pogi(1)", de_pogi(1), 1);
    CHECK("de_pogi(18)", de_pogi(18), 2584);
    CHECK("de_pogi(2)", de_pogi(2), 1);
    CHECK("de_pogi(3)", de_pogi(3), 2);
    CHECK("de_pogi(17)", de_pogi(17), 1597);
    CHECK("de_pogi(7)", de_pogi(7), 13);
    CHECK("de_pogi(13)", de_pogi(13), 233);
    puts("ok src/de_pogi.c");
    return 0;
}
