/* Tests of src/gukep_tisi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gukep_tisi(int cozza, int labaru);
int gukep_tisi_jo(int left);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gukep_tisi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gukep_tisi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gukep_tisi(12, 5)", gukep_tisi(12, 5), 1);
    CHECK("gukep_tisi(5, -12)", gukep_tisi(5, -12), 4);
    CHECK("gukep_tisi(13, 5)", gukep_tisi(13, 5), 1);
    CHECK("gukep_tisi(-13, -13)", gukep_tisi(-13, -13), 3);
    CHECK("gukep_tisi(-8, -8)", gukep_tisi(-8, -8), 3);
    CHECK("gukep_tisi(7, -6)", gukep_tisi(7, -6), 4);
    CHECK("gukep_tisi(-1, -13)", gukep_tisi(-1, -13), 3);
    CHECK("gukep_tisi(2, 2)", gukep_tisi(2, 2), 1);
    CHECK("gukep_tisi(-4, -3)", gukep_tisi(-4, -3), 3);
    CHECK("gukep_tisi(-2, -1)", gukep_tisi(-2, -1), 3);
    CHECK("gukep_tisi_jo(13)", gukep_tisi_jo(13), 0);
    CHECK("gukep_tisi_jo(6)", gukep_tisi_jo(6), 1);
    CHECK("gukep_tisi_jo(-1)", gukep_tisi_jo(-1), 0);
    CHECK("gukep_tisi_jo(2)", gukep_tisi_jo(2), 1);
    CHECK("gukep_tisi_jo(9)", gukep_tisi_jo(9), 0);
    CHECK("gukep_tisi_jo(-13)", gukep_tisi_jo(-13), 0);
    CHECK("gukep_tisi_jo(8)", gukep_tisi_jo(8), 1);
    CHECK("gukep_tisi_jo(5)", gukep_tisi_jo(5), 0);
    CHECK("gukep_tisi_jo(-10)", gukep_tisi_jo(-10), 1);
    CHECK("gukep_tisi_jo(-4)", gukep_tisi_jo(-4), 1);
    puts("ok src/gukep_tisi.c");
    return 0;
}
