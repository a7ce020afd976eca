/* Tests of src/vi_waf.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_waf(int le);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_waf.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_waf.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_waf(2088)", vi_waf(2088), 1);
    CHECK("vi_waf(2072)", vi_waf(2072), 1);
    CHECK("vi_waf(1947)", vi_waf(1947), 0);
    CHECK("vi_waf(1964)", vi_waf(1964), 1);
    CHECK("vi_waf(2024)", vi_waf(2024), 1);
    CHECK("vi_waf(1946)", vi_waf(1946), 0);
    CHECK("vi_waf(1927)", vi_waf(1927), 0);
    CHECK("vi_waf(1890)", vi_waf(1890), 0);
    CHECK("vi_waf(2017)", vi_waf(2017), 0);
    CHECK("vi_waf(2004)", vi_waf(2004), 1);
    puts("ok src/vi_waf.c");
    return 0;
}
