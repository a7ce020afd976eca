/* Tests of src/gowu_bo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gowu_bo(int pudo);
int gowu_bo_vop(int ma);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gowu_bo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gowu_bo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gowu_bo(174)", gowu_bo(174), 127);
    CHECK("gowu_bo(233)", gowu_bo(233), 170);
    CHECK("gowu_bo(72)", gowu_bo(72), 52);
    CHECK("gowu_bo(23)", gowu_bo(23), 16);
    CHECK("gowu_bo(74)", gowu_bo(74), 54);
    CHECK("gowu_bo(73)", gowu_bo(73), 53);
    CHECK("gowu_bo(84)", gowu_bo(84), 61);
    CHECK("gowu_bo(20)", gowu_bo(20), 14);
    CHECK("gowu_bo(188)", gowu_bo(188), 137);
    CHECK("gowu_bo(145)", gowu_bo(145), 105);
    CHECK("gowu_bo_vop(54)", gowu_bo_vop(54), 3);
    CHECK("gowu_bo_vop(1)", gowu_bo_vop(1), 4);
    CHECK("gowu_bo_vop(100)", gowu_bo_vop(100), 1);
    CHECK("gowu_bo_vop(76)", gowu_bo_vop(76), 2);
    CHECK("gowu_bo_vop(26)", gowu_bo_vop(26), 4);
    CHECK("gowu_bo_vop(78)", gowu_bo_vop(78), 2);
    CHECK("gowu_bo_vop(81)", gowu_bo_vop(81), 2);
    CHECK("gowu_bo_vop(67)", gowu_bo_vop(67), 3);
    CHECK("gowu_bo_vop(0)", gowu_bo_vop(0), 4);
    CHECK("gowu_bo_vop(2)", gowu_bo_vop(2), 4);
    puts("ok src/gowu_bo.c");
    return 0;
}
