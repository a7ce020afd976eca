/* Tests of src/woswa_jo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int woswa_jo(int rest);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/woswa_jo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/woswa_jo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("woswa_jo(5)", woswa_jo(5), 1);
    CHECK("woswa_jo(6)", woswa_jo(6), 2);
    CHECK("woswa_jo(4)", woswa_jo(4), 0);
    CHECK("woswa_jo(60)", woswa_jo(60), 3);
    CHECK("woswa_jo(44)", woswa_jo(44), 0);
    CHECK("woswa_jo(59)", woswa_jo(59), 0);
    CHECK("woswa_jo(3)", woswa_jo(3), 0);
    CHECK("woswa_jo(7)", woswa_jo(7), 0);
    CHECK("woswa_jo(53)", woswa_jo(53), 0);
    CHECK("woswa_jo(47)", woswa_jo(47), 0);
    puts("ok src/woswa_jo.c");
    return 0;
}
