/* Tests of src/fah_newe.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int fah_newe(const char *gi, char so);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/fah_newe.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/fah_newe.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("fah_newe(\" cbu9b\", ' ')", fah_newe(" cbu9b", ' '), 0);
    CHECK("fah_newe(\"a\", 'b')", fah_newe("a", 'b'), -1);
    CHECK("fah_newe(\"btuo\", 't')", fah_newe("btuo", 't'), 1);
    CHECK("fah_newe(\"bababab\", 'c')", fah_newe("bababab", 'c'), -1);
    CHECK("fah_newe(\" i19\", 'e')", fah_newe(" i19", 'e'), -1);
    CHECK("fah_newe(\"obbabbo\", 'c')", fah_newe("obbabbo", 'c'), -1);
    CHECK("fah_newe(\"teei1uc\", 'a')", fah_newe("teei1uc", 'a'), -1);
    CHECK("fah_newe(\"cbbc\", '1')", fah_newe("cbbc", '1'), -1);
    CHECK("fah_newe(\"00 t\", 'o')", fah_newe("00 t", 'o'), -1);
    CHECK("fah_newe(\"cooeooc\", 'o')", fah_newe("cooeooc", 'o'), 5);
    puts("ok src/fah_newe.c");
    return 0;
}
