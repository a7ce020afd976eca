/* Tests of src/vi_jo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_jo(int benana);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_jo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_jo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_jo(5176)", vi_jo(5176), 210);
    CHECK("vi_jo(2)", vi_jo(2), 2);
    CHECK("vi_jo(1768)", vi_jo(1768), 336);
    CHECK("vi_jo(1)", vi_jo(1), 1);
    CHECK("vi_jo(3869)", vi_jo(3869), 1296);
    CHECK("vi_jo(9999)", vi_jo(9999), 6561);
    CHECK("vi_jo(2269)", vi_jo(2269), 216);
    CHECK("vi_jo(5488)", vi_jo(5488), 1280);
    CHECK("vi_jo(8691)", vi_jo(8691), 432);
    CHECK("vi_jo(9458)", vi_jo(9458), 1440);
    puts("ok src/vi_jo.c");
    return 0;
}
