/* Tests of src/hogi_gafko.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hogi_gafko(int lejub);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hogi_gafko.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hogi_gafko.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hogi_gafko(120)", hogi_gafko(120), 48);
    CHECK("hogi_gafko(-40)", hogi_gafko(-40), -40);
    CHECK("hogi_gafko(40)", hogi_gafko(40), 4);
    CHECK("hogi_gafko(80)", hogi_gafko(80), 26);
    CHECK("hogi_gafko(30)", hogi_gafko(30), -1);
    CHECK("hogi_gafko(24)", hogi_gafko(24), -4);
    CHECK("hogi_gafko(110)", hogi_gafko(110), 43);
    CHECK("hogi_gafko(-39)", hogi_gafko(-39), -39);
    CHECK("hogi_gafko(11)", hogi_gafko(11), -11);
    CHECK("hogi_gafko(7)", hogi_gafko(7), -13);
    puts("ok src/hogi_gafko.c");
    return 0;
}
