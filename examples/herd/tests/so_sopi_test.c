/* Tests of src/so_sopi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_sopi(const char *cige);
int so_sopi_hu(int gawuco);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_sopi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_sopi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_sopi(\"baeab\")", so_sopi("baeab"), 0);
    CHECK("so_sopi(\"cooc\")", so_sopi("cooc"), 0);
    CHECK("so_sopi(\" 9\")", so_sopi(" 9"), 1);
    CHECK("so_sopi(\"\")", so_sopi(""), 0);
    CHECK("so_sopi(\"e\")", so_sopi("e"), 0);
    CHECK("so_sopi(\"cbabc\")", so_sopi("cbabc"), 0);
    CHECK("so_sopi(\"9  0i9\")", so_sopi("9  0i9"), 3);
    CHECK("so_sopi(\"obebo\")", so_sopi("obebo"), 0);
    CHECK("so_sopi(\"ic9\")", so_sopi("ic9"), 1);
    CHECK("so_sopi(\"11eub1\")", so_sopi("11eub1"), 3);
    CHECK("so_sopi_hu(1)", so_sopi_hu(1), 0);
    CHECK("so_sopi_hu(58)", so_sopi_hu(58), 0);
    CHECK("so_sopi_hu(45)", so_sopi_hu(45), 0);
    CHECK("so_sopi_hu(17)", so_sopi_hu(17), 1);
    CHECK("so_sopi_hu(42)", so_sopi_hu(42), 0);
    CHECK("so_sopi_hu(57)", so_sopi_hu(57), 0);
    CHECK("so_sopi_hu(0)", so_sopi_hu(0), 0);
    CHECK("so_sopi_hu(60)", so_sopi_hu(60), 0);
    CHECK("so_sopi_hu(51)", so_sopi_hu(51), 0);
    CHECK("so_sopi_hu(22)", so_sopi_hu(22), 0);
    puts("ok src/so_sopi.c");
    return 0;
}
