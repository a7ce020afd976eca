/* Tests of src/nido_sobe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int nido_sobe(const int *rest, int stop, int item);
int nido_sobe_vi(int sajektu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/nido_sobe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/nido_sobe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("nido_sobe({-7, -4, -2, 4, 11}, 5, 12)", nido_sobe((const int[]){-7, -4, -2, 4, 11, 77}, 5, 12), -1);
    CHECK("nido_sobe({-4, 0, 1, 8, 12}, 5, -9)", nido_sobe((const int[]){-4, 0, 1, 8, 12, 77}, 5, -9), -1);
    CHECK("nido_sobe({}, 0, 6)", nido_sobe((const int[]){77}, 0, 6), -1);
    CHECK("nido_sobe({-4, 0, 10}, 3, 12)", nido_sobe((const int[]){-4, 0, 10, 77}, 3, 12), -1);
    CHECK("nido_sobe({-5}, 1, -8)", nido_sobe((const int[]){-5, 77}, 1, -8), -1);
    CHECK("nido_sobe({}, 0, 12)", nido_sobe((const int[]){77}, 0, 12), -1);
    CHECK("nido_sobe({-4, -3, 8}, 3, -9)", nido_sobe((const int[]){-4, -3, 8, 77}, 3, -9), -1);
    CHECK("nido_sobe({}, 0, 5)", nido_sobe((const int[]){77}, 0, 5), -1);
    CHECK("nido_sobe({-3, -2, 0, 7}, 4, 10)", nido_sobe((const int[]){-3, -2, 0, 7, 77}, 4, 10), -1);
    CHECK("nido_sobe({-9, -8, 1, 9}, 4, -1)", nido_sobe((const int[]){-9, -8, 1, 9, 77}, 4, -1), -1);
    CHECK("nido_sobe_vi(1)", nido_sobe_vi(1), 1);
    CHECK("nido_sobe_vi(13)", nido_sobe_vi(13), 1);
    CHECK("nido_sobe_vi(0)", nido_sobe_vi(0), 12);
    CHECK("nido_sobe_vi(17)", nido_sobe_vi(17), 5);
    CHECK("nido_sobe_vi(23)", nido_sobe_vi(23), 11);
    CHECK("nido_sobe_vi(8)", nido_sobe_vi(8), 8);
    CHECK("nido_sobe_vi(16)", nido_sobe_vi(16), 4);
    CHECK("nido_sobe_vi(5)", nido_sobe_vi(5), 5);
    CHECK("nido_sobe_vi(10)", nido_sobe_vi(10), 10);
    CHECK("nido_sobe_vi(22)", nido_sobe_vi(22), 10);
    puts("ok src/nido_sobe.c");
    return 0;
}
