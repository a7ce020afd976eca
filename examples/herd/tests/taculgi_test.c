/* Tests of src/taculgi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int taculgi(const char *huza, const char *kujor);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/taculgi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/taculgi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("taculgi(\"e\", \"9   \")", taculgi("e", "9   "), 0);
    CHECK("taculgi(\"\", \" \")", taculgi("", " "), 0);
    CHECK("taculgi(\"19 boi \", \"\")", taculgi("19 boi ", ""), 0);
    CHECK("taculgi(\"oct9\", \"  ie911\")", taculgi("oct9", "  ie911"), 0);
    CHECK("taculgi(\" c\", \"0e0b9\")", taculgi(" c", "0e0b9"), 0);
    CHECK("taculgi(\"caaac\", \"1 e\")", taculgi("caaac", "1 e"), 0);
    CHECK("taculgi(\"eo1ioa\", \"\")", taculgi("eo1ioa", ""), 0);
    CHECK("taculgi(\"uacuce\", \"1\")", taculgi("uacuce", "1"), 0);
    CHECK("taculgi(\"e\", \"a9e\")", taculgi("e", "a9e"), 0);
    CHECK("taculgi(\"a 9   1\", \"\")", taculgi("a 9   1", ""), 0);
    puts("ok src/taculgi.c");
    return 0;
}
