/* Tests of src/cakva_tukop.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cakva_tukop(unsigned x, int k);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cakva_tukop.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cakva_tukop.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cakva_tukop(1, 7)", cakva_tukop(1, 7), 0);
    CHECK("cakva_tukop(19, 4)", cakva_tukop(19, 4), 1);
    CHECK("cakva_tukop(128, 4)", cakva_tukop(128, 4), 0);
    CHECK("cakva_tukop(255, 0)", cakva_tukop(255, 0), 1);
    CHECK("cakva_tukop(4, 0)", cakva_tukop(4, 0), 0);
    CHECK("cakva_tukop(179, 7)", cakva_tukop(179, 7), 1);
    CHECK("cakva_tukop(71, 7)", cakva_tukop(71, 7), 0);
    CHECK("cakva_tukop(128, 0)", cakva_tukop(128, 0), 0);
    CHECK("cakva_tukop(235, 7)", cakva_tukop(235, 7), 1);
    CHECK("cakva_tukop(157, 7)", cakva_tukop(157, 7), 1);
    puts("ok src/cakva_tukop.c");
    return 0;
}
