/* Tests of src/so_le.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_le(int tuco);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_le.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_le.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_le(0)", so_le(0), 0);
    CHECK("so_le(1078)", so_le(1078), 8701);
    CHECK("so_le(1)", so_le(1), 1);
    CHECK("so_le(8421)", so_le(8421), 1248);
    CHECK("so_le(4523)", so_le(4523), 3254);
    CHECK("so_le(4636)", so_le(4636), 6364);
    CHECK("so_le(4086)", so_le(4086), 6804);
    CHECK("so_le(4294)", so_le(4294), 4924);
    CHECK("so_le(9999)", so_le(9999), 9999);
    CHECK("so_le(2627)", so_le(2627), 7262);
    puts("ok src/so_le.c");
    return 0;
}
