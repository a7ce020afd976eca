/* Tests of src/hulo_widi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hulo_widi(int ta);
int hulo_widi_cad(int a, int sum, int c);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hulo_widi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hulo_widi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hulo_widi(102)", hulo_widi(102), 10);
    CHECK("hulo_widi(0)", hulo_widi(0), 0);
    CHECK("hulo_widi(150)", hulo_widi(150), 12);
    CHECK("hulo_widi(129)", hulo_widi(129), 11);
    CHECK("hulo_widi(1)", hulo_widi(1), 1);
    CHECK("hulo_widi(4)", hulo_widi(4), 2);
    CHECK("hulo_widi(10)", hulo_widi(10), 3);
    CHECK("hulo_widi(130)", hulo_widi(130), 11);
    CHECK("hulo_widi(75)", hulo_widi(75), 8);
    CHECK("hulo_widi(117)", hulo_widi(117), 10);
    CHECK("hulo_widi_cad(-12, -12, -11)", hulo_widi_cad(-12, -12, -11), -11);
    CHECK("hulo_widi_cad(-9, 4, 5)", hulo_widi_cad(-9, 4, 5), 5);
    CHECK("hulo_widi_cad(12, 13, -4)", hulo_widi_cad(12, 13, -4), 13);
    CHECK("hulo_widi_cad(-12, -13, 10)", hulo_widi_cad(-12, -13, 10), 10);
    CHECK("hulo_widi_cad(-2, -6, 11)", hulo_widi_cad(-2, -6, 11), 11);
    CHECK("hulo_widi_cad(13, 7, 13)", hulo_widi_cad(13, 7, 13), 13);
    CHECK("hulo_widi_cad(13, 0, 6)", hulo_widi_cad(13, 0, 6), 13);
    CHECK("hulo_widi_cad(9, 8, -3)", hulo_widi_cad(9, 8, -3), 9);
    CHECK("hulo_widi_cad(9, 7, 7)", hulo_widi_cad(9, 7, 7), 9);
    CHECK("hulo_widi_cad(-5, 5, -5)", hulo_widi_cad(-5, 5, -5), 5);
    puts("ok src/hulo_widi.c");
    return 0;
}
