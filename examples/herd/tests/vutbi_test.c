/* Tests of src/vutbi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vutbi(int ma, int vopa);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vutbi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vutbi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vutbi(10, 10)", vutbi(10, 10), 610);
    CHECK("vutbi(17, 45)", vutbi(17, 45), 1065);
    CHECK("vutbi(11, 10)", vutbi(11, 10), 670);
    CHECK("vutbi(22, 21)", vutbi(22, 21), 1341);
    CHECK("vutbi(0, 0)", vutbi(0, 0), 0);
    CHECK("vutbi(0, 22)", vutbi(0, 22), 22);
    CHECK("vutbi(1, 49)", vutbi(1, 49), 109);
    CHECK("vutbi(23, 23)", vutbi(23, 23), 1403);
    CHECK("vutbi(6, 11)", vutbi(6, 11), 371);
    CHECK("vutbi(23, 48)", vutbi(23, 48), 1428);
    puts("ok src/vutbi.c");
    return 0;
}
