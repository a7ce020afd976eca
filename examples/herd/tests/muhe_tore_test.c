/* Tests of src/muhe_tore.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int muhe_tore(const char *togu, char remu);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/muhe_tore.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/muhe_tore.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("muhe_tore(\"cc   \", 'b')", muhe_tore("cc   ", 'b'), -1);
    CHECK("muhe_tore(\"\", 'a')", muhe_tore("", 'a'), -1);
    CHECK("muhe_tore(\"o 99u \", 't')", muhe_tore("o 99u ", 't'), -1);
    CHECK("muhe_tore(\"occcco\", 'a')", muhe_tore("occcco", 'a'), -1);
    CHECK("muhe_tore(\"\", ' ')", muhe_tore("", ' '), -1);
    CHECK("muhe_tore(\"\", 'o')", muhe_tore("", 'o'), -1);
    CHECK("muhe_tore(\"\", 'b')", muhe_tore("", 'b'), -1);
    CHECK("muhe_tore(\"bcoaocb\", 'a')", muhe_tore("bcoaocb", 'a'), 3);
    CHECK("muhe_tore(\"e\", ' ')", muhe_tore("e", ' '), -1);
    CHECK("muhe_tore(\"0b a\", 't')", muhe_tore("0b a", 't'), -1);
    puts("ok src/muhe_tore.c");
    return 0;
}
