/* Tests of src/facmi_neju.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int facmi_neju(int jafiz);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/facmi_neju.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/facmi_neju.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("facmi_neju(1)", facmi_neju(1), 1);
    CHECK("facmi_neju(7630)", facmi_neju(7630), 7);
    CHECK("facmi_neju(2736)", facmi_neju(2736), 2);
    CHECK("facmi_neju(9999)", facmi_neju(9999), 9);
    CHECK("facmi_neju(1548)", facmi_neju(1548), 1);
    CHECK("facmi_neju(0)", facmi_neju(0), 0);
    CHECK("facmi_neju(275)", facmi_neju(275), 2);
    CHECK("facmi_neju(375)", facmi_neju(375), 3);
    CHECK("facmi_neju(5601)", facmi_neju(5601), 5);
    CHECK("facmi_neju(2708)", facmi_neju(2708), 2);
    puts("ok src/facmi_neju.c");
    return 0;
}
