/* Tests of src/mudfuh_bipdu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int mudfuh_bipdu(const char *de);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/mudfuh_bipdu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/mudfuh_bipdu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("mudfuh_bipdu(\"t icb90\")", mudfuh_bipdu("t icb90"), 2);
    CHECK("mudfuh_bipdu(\"oi 0 ao\")", mudfuh_bipdu("oi 0 ao"), 1);
    CHECK("mudfuh_bipdu(\"ab\")", mudfuh_bipdu("ab"), 0);
    CHECK("mudfuh_bipdu(\"1ooua\")", mudfuh_bipdu("1ooua"), 1);
    CHECK("mudfuh_bipdu(\"i\")", mudfuh_bipdu("i"), 0);
    CHECK("mudfuh_bipdu(\"t\")", mudfuh_bipdu("t"), 0);
    CHECK("mudfuh_bipdu(\"u b0 \")", mudfuh_bipdu("u b0 "), 1);
    CHECK("mudfuh_bipdu(\"9ia 1\")", mudfuh_bipdu("9ia 1"), 2);
    CHECK("mudfuh_bipdu(\"1 e u \")", mudfuh_bipdu("1 e u "), 1);
    CHECK("mudfuh_bipdu(\"\")", mudfuh_bipdu(""), 0);
    puts("ok src/mudfuh_bipdu.c");
    return 0;
}
