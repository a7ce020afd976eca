/* Tests of src/so_jo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_jo(int cesizi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_jo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_jo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_jo(0)", so_jo(0), 0);
    CHECK("so_jo(47416)", so_jo(47416), 7);
    CHECK("so_jo(69331)", so_jo(69331), 9);
    CHECK("so_jo(1)", so_jo(1), 1);
    CHECK("so_jo(40825)", so_jo(40825), 8);
    CHECK("so_jo(99999)", so_jo(99999), 9);
    CHECK("so_jo(36033)", so_jo(36033), 6);
    CHECK("so_jo(18931)", so_jo(18931), 9);
    CHECK("so_jo(88785)", so_jo(88785), 8);
    CHECK("so_jo(6988)", so_jo(6988), 9);
    puts("ok src/so_jo.c");
    return 0;
}
