/* Tests of src/tatu.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int tatu(int b, int tawis);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/tatu.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/tatu.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("tatu(-11, -12)", tatu(-11, -12), -11);
    CHECK("tatu(11, 8)", tatu(11, 8), 11);
    CHECK("tatu(-7, -7)", tatu(-7, -7), -7);
    CHECK("tatu(13, -13)", tatu(13, -13), 13);
    CHECK("tatu(3, -11)", tatu(3, -11), 3);
    CHECK("tatu(-11, -10)", tatu(-11, -10), -10);
    CHECK("tatu(4, 4)", tatu(4, 4), 4);
    CHECK("tatu(-9, 11)", tatu(-9, 11), 11);
    CHECK("tatu(13, -5)", tatu(13, -5), 13);
    CHECK("tatu(-7, -8)", tatu(-7, -8), -7);
    puts("ok src/tatu.c");
    return 0;
}
